/** Text that a model or a file brought: shown as text, without what would hide, turn round or flood what stands beside it. */

const UNSEEN =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]/g
const CONTROLS = new RegExp(String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f]`, 'g')

/** Its end, where it is longer than `most`. What cannot be seen is a dot. */
export function foreign(text: string, most: number): string {
  const cut = text.length > most ? `…${text.slice(-most)}` : text
  return cut
    .replace(UNSEEN, '·')
    .replace(CONTROLS, '·')
    .replace(/\p{Surrogate}/gu, '·')
}
