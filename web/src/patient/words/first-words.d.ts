/** The modules that vite/words.ts makes of the files in first/. */

declare module "first-words/*" {
  const words: object;
  export default words;
}
