/** The part of a value that a test needs, with the type of the whole. */
export function part<Whole>(value: object): Whole {
  return value as Whole;
}
