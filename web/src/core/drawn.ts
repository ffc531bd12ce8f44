/** Whether an item has a picture: each that comes with the product, and one of the clinic where it gave a picture. */

export const drawn = ({ slug, picture }: { slug: string; picture?: string | null }): boolean =>
  !slug.startsWith("own-") || Boolean(picture);
