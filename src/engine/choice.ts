/** What an engine choice asks for: the same for runs and for what the page has done beside them. */
import type { EngineChoice } from './protocol.ts'

export const asksForGpu = (choice: EngineChoice): boolean => choice !== 'cpu'

/** A program that stands in for a graphics card is slower than the CPU itself, so only who asks for it gets it. */
export const takesGpu = (choice: EngineChoice, software: boolean): boolean =>
  choice === 'auto' ? !software : asksForGpu(choice)

/** Only the GPU scores, not it and the CPU together. */
export const isGpuAlone = (choice: EngineChoice): boolean => choice === 'gpu' || choice === 'plain-gpu'

/** Without the tiers of src/gpu/tiers.ts. */
export const isPlain = (choice: EngineChoice): boolean => choice === 'plain-gpu'

export const softwareNote = (label: string): string => `Only a software GPU here (${label}): the CPU is faster.`
