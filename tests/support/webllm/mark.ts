/** Custom section that tells the stand-in library from real ones. */
export const MARK = 'evolarium.stand-in'
