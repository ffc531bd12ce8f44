/**
 * The words by which therapists look for exercises, in both languages, where the library has only an id or one title:
 * loads, positions, equipment.
 */

import type { LoadType } from "../wire";

export const loadWords: Record<LoadType, string> = {
  relaxes: "relaxes relaxing relaxation calm; relaja relajar relajación",
  moves: "moves moving mobility mobilize; mueve mover movilidad",
  activates: "activates activation control; activa activar activación control",
  strengthens: "strengthens strengthening strength strong; fortalece fortalecer fortalecimiento fuerza",
  stretches: "stretches stretching flexibility; estira estirar estiramiento flexibilidad",
  aerobic: "aerobic cardio endurance; aeróbico resistencia",
};

export const positionWords: Record<string, string> = {
  supine: "supine lying back; boca arriba decúbito supino acostado",
  prone: "prone lying stomach; boca abajo decúbito prono acostado",
  "side-lying": "side lying; de lado decúbito lateral acostado",
  "hands-knees": "quadruped all fours four point kneeling; cuadrupedia a gatas cuatro puntos",
  "half-kneeling": "half kneeling; media rodilla arrodillado",
  sitting: "sitting seated; sentado sentada silla",
  standing: "standing upright; de pie parado",
  walking: "walking walk; caminando caminar",
};

export const floorWords = "floor mat; piso suelo colchoneta";

export const equipmentWords: Record<string, string> = {
  chair: "chair; silla",
  cushion: "cushion pillow; cojín almohada",
  counter: "counter kitchen table; mostrador encimera mesa",
  "door-frame": "door frame; marco de la puerta",
  "light-weight": "light weight dumbbell bag kettlebell; peso ligero mancuerna bolsa pesa",
  step: "step stair; escalón peldaño",
  shoes: "shoes; zapatos",
  stick: "stick broomstick dowel; bastón palo",
  strap: "strap band belt towel; correa banda cinturón toalla",
  band: "band resistance elastic; banda elástica liga",
  wall: "wall; pared",
};

/** Said of an exercise that needs nothing. */
export const noEquipmentWords = "no tools without equipment; sin material sin equipo";
