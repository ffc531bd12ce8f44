/** Which items have a picture: all that come with the product, and those of the clinic's own that it gave one. */

export const drawn = ({ slug, picture }: { slug: string; picture?: string | null }): boolean =>
  !slug.startsWith("own-") || Boolean(picture);
