/** Opponents that our own runs found, by world (`coreSize/maxLength`). Made by training/core-war-panel; see its README. */
export const EVOLVED: Readonly<
  Record<string, readonly { readonly name: string; readonly strategy: string; readonly code: string }[]>
> = {}
