/** Smallest number of characters of a staff password; the server holds the rule (accounts/passwords.py). */
export const passwordMin = {
  /** While the password is all there is. */
  alone: 15,
  /** With a second factor. */
  beside: 12,
} as const;
