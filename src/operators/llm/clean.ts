/** Takes from an answer what no reader sees or what is not meant for one: thoughts, chat tokens, escapes, invisible signs. */

/** Where a model thought aloud: what comes after the last thought counts, or what came before one that never ends. */
const THOUGHT = /<(\/?)(?:think|thinking|thought|reasoning|reflection)>/gi
/** The end of a model's turn in the chat templates in use; what follows is a talk with itself. */
const TURN_ENDS =
  /<[|｜](?:im_end|im_start|endoftext|end|eot_id|eom_id|end_of_text|end▁of▁sentence|return|end_of_turn)[|｜]>|<\/s>|<eos>|<end_of_turn>|<\/answer>/i
const CHAT_TOKEN =
  /<[|｜][^|｜<>\n]{0,40}[|｜]>|<\/?s>|<\/?(?:bos|eos|pad|unk|answer|start_of_turn|end_of_turn)>|\[\/?INST\]|<<\/?SYS>>|<\/?(?:pre|code|br)(?:[ \t/][^<>\n]{0,80})?>/gi

export function withoutTalk(text: string): string {
  let answer = withoutThoughts(visible(text))
  const end = TURN_ENDS.exec(answer)
  if (end !== null && answer.slice(0, end.index).replace(CHAT_TOKEN, '').trim() !== '')
    answer = answer.slice(0, end.index)
  return answer.replace(CHAT_TOKEN, '\n')
}

function withoutThoughts(text: string): string {
  let from = 0
  let to = text.length
  for (const { 0: tag, 1: slash, index } of text.matchAll(THOUGHT)) {
    if (slash === '/') [from, to] = [index + tag.length, text.length]
    else if (to === text.length) to = index
  }
  return text.slice(from, to)
}

// Each has a use, and none in a genome: terminal colours; controls; soft hyphens, joiners, marks of direction, byte order marks.
const ESCAPES = new RegExp(String.raw`\u001b(?:\[[0-9;?]{0,20}[ -/]?[@-~]?|\][^\u0007\u001b\n]{0,200}\u0007?)`, 'g')
const CONTROLS = new RegExp(String.raw`[\u0000-\u0008\u000e-\u001f\u007f-\u009f]`, 'g')
const INVISIBLE = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu // prettier-ignore
const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/g
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g

/** What a person would see of it, with plain line ends, spaces and minus signs. */
export const visible = (text: string): string =>
  text
    .replace(LINE_ENDS, '\n')
    .replace(ESCAPES, '')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .replace(SPACES, ' ')
    .replace(/[\u2010-\u2015\u2212\uff0d]/g, '-')

/** Lines that are read at most: more than any genome has, with room for labels, EQUs and chatter. */
const MOST_LINES = 1500

export const readableLines = (text: string): string[] => text.split('\n', MOST_LINES)
