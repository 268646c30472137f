/** What fields of rows and files may be, in words of valibot: one meaning wherever they are checked. */
import * as v from 'valibot'

/** A string that can be written as UTF-8 and read back: no half of a surrogate pair. */
const wellFormed = v.check((value: string) => !/\p{Surrogate}/u.test(value))

export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
export const finite = v.pipe(v.number(), v.finite())
export const text = (most: number) => v.pipe(v.string(), v.maxLength(most), wellFormed)
/** A name, an id, a label. */
export const short = text(200)
