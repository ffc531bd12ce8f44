/** The measures of the figure, in 1/170 of body height. */

export const lengths = {
  pelvis: 8,
  lumbar: 19,
  thorax: 28,
  neck: 10,
  head: 8,
  upperArm: 28,
  forearm: 24,
  hand: 8,
  thigh: 40,
  shank: 38,
  heel: 4,
  toe: 14,
  ankleHeight: 7,
  halfHips: 8.5,
  halfShoulders: 16,
  shoulderDrop: 4,
} as const;

/** Radii of the limbs' ends. */
export const radii = {
  thigh: [9.2, 6.6],
  shank: [6.4, 4.2],
  heel: 3.9,
  toe: 2.8,
  upperArm: [5.6, 4.6],
  forearm: [4.5, 3.4],
  hand: [3.5, 3],
  neck: [6.2, 5],
} as const;

/** Half depth and half width of the trunk: below the pelvis, then at each node of the spine; and its share of the belly. */
export const trunk: readonly (readonly [depth: number, width: number, belly: number])[] = [
  [8.5, 11, 0],
  [11.5, 14.5, 0],
  [10.8, 14, 0.55],
  [9.8, 12.6, 1],
  [10.3, 12.8, 0.8],
  [11.6, 14.6, 0.3],
  [11.6, 15.5, 0],
  [8.2, 13, 0],
  [4.6, 5.5, 0],
];
