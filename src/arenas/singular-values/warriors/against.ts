/** Whom written warriors may have to fight, as settings name them. Who they are stands in opponents.ts. */
export const AGAINST = [
  { id: 'panel', label: 'Everybody' },
  { id: 'papers', label: 'Papers' },
  { id: 'imps', label: 'Imps' },
  { id: 'dwarf', label: 'One dwarf' },
  { id: 'clear', label: 'One core clear' },
] as const
export type AgainstId = (typeof AGAINST)[number]['id']
