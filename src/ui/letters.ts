/** Islands told apart by a colour and a letter: colours of Okabe and Ito (2008), which repeat where letters do not. */
type Colour = readonly [number, number, number]

const COLOURS: readonly Colour[] = [
  [230, 159, 0], [86, 180, 233], [0, 158, 115], [240, 228, 66], [0, 114, 178], [213, 94, 0], [204, 121, 167], [153, 153, 153],
] // prettier-ignore

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export const colourOf = (index: number): Colour => COLOURS[index % COLOURS.length] ?? [153, 153, 153]

export const letterOf = (index: number): string => LETTERS[index] ?? '+'
