/**
 * How far steps of a search are to go: not by the size of numbers, which says little, but by effect. From a fifth to three fifths of what
 * two members of a generation do is to differ; below, they are alike and the search is blind, above it breaks what it moves.
 */
export const EFFECT = { least: 0.2, aim: 0.35, most: 0.6 } as const
