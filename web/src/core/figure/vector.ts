/** Vectors of the figure's world: x to the right, y up, z toward the viewer. 1 is 1/170 of body height, about 1 cm. */

export type Vec = readonly [x: number, y: number, z: number];

export const add = (a: Vec, b: Vec, times = 1): Vec => [a[0] + b[0] * times, a[1] + b[1] * times, a[2] + b[2] * times];

export const scaled = (a: Vec, by: number): Vec => [a[0] * by, a[1] * by, a[2] * by];

export const dot = (a: Vec, b: Vec): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

export const cross = (a: Vec, b: Vec): Vec => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

export const length = (a: Vec): number => Math.hypot(...a);

export const unit = (a: Vec): Vec => scaled(a, 1 / (length(a) || 1));

export const direction = (from: Vec, to: Vec): Vec => unit(add(to, from, -1));

/** The point between two others, 0 at `a` and 1 at `b`. */
export const between = (a: Vec, b: Vec, at: number): Vec => add(scaled(a, 1 - at), b, at);

/** `v` turned about a unit axis, right-handed, in degrees (Rodrigues). */
export function turned(v: Vec, axis: Vec, degrees: number): Vec {
  const angle = radians(degrees);
  const cos = Math.cos(angle);
  return add(add(scaled(v, cos), cross(axis, v), Math.sin(angle)), axis, dot(axis, v) * (1 - cos));
}

/** The direction of `v` across a unit axis; where `v` lies along the axis, that of `otherwise`. */
export function across(v: Vec, axis: Vec, otherwise: Vec): Vec {
  const part = add(v, axis, -dot(v, axis));
  return length(part) < 1e-3 ? unit(add(otherwise, axis, -dot(otherwise, axis))) : unit(part);
}

export const radians = (degrees: number): number => (degrees * Math.PI) / 180;
