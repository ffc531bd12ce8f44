/** Words that make a text a promise: something is stored, stays, was sent or reached somebody, or somebody can help. */
const words = {
  en: /\b(is|are|was|were|has been|stays?) (saved|stored|kept|sent|told)\b|\bsaved\b|\bstill here\b|\bnothing\b[^.]{0,40}\blost\b|\bno(t|thing) lost\b|\bstays? (on|here|there|for you|until|in the record|on record)\b|\bask your (clinic's )?administrator\b|\bsent\b|\bkept\b|\bkeeps (it|your|the)\b|\bis told\b|\bare told\b|\bby itself\b|\bencrypted\b|\bnobody else\b|\bcomes back with\b/i,
  es: /\bguardad[oa]s?\b|\bse guard(a|ó|aron)\b|\bsigue (aquí|ahí)\b|\bnada se pierde\b|\bse perdi[óe]\b|\bqueda(n)? (en|aquí|ahí)\b|\b(pida|pregunte|consulte)\w* [^.]{0,30}administra\w+|\benviad[oa]s?\b|\bse envi(ó|aron)\b|\bse (le )?avis(a|ó)\b|\bpor sí sol[oa]\b|\bcifrad[oa]\b|\bnadie más\b|\bvuelve con\b|\bno se pierde\b|\bno se perdió\b/i,
} as const;

export function promised(language: "en" | "es", text: string): boolean {
  return words[language].test(text);
}
