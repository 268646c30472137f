/** Whether the visitor asked for less motion: then nothing moves by itself, and pictures change seldom. */
export const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
