/** The Core War arena, after Digital Red Queen (arXiv 2601.03335) and DEI (arXiv 2605.27130): warriors of Redcode. */
import type { Arena } from '../../core/contracts.ts'
import { warriorCoevolution } from './coevolution.ts'
import { battlePlan, type BattlePlan } from './environment.ts'
import { warriorEvaluator } from './evaluate.ts'
import { warriorCodec } from './genome.ts'
import { measuresOf } from './measures.ts'
import { warriorOperators } from './operators.ts'
import { classicalMinds } from './minds.ts'
import { FIELDS, PRESETS } from './options.ts'
import { warriorPrompts } from './prompts.ts'
import { reportOf } from './prompts/report.ts'
import type { Program } from './redcode/instruction.ts'
import { objectivesOf } from './scores.ts'

const coreWar: Arena<Program, BattlePlan> = {
  id: 'core-war',
  version: 1,
  label: 'Core War',
  summary: 'Programs fight for the memory of one small computer; the last one running wins.',
  unit: { one: 'battle', many: 'battles', steps: 'instructions' },
  words: {
    many: 'warriors',
    ending: 'red',
    noted: (text, lines) =>
      text.replace(/^;name .*\n/m, (name) => [name, ';author Evolarium\n', ...lines.map((line) => `;strategy ${line}\n`)].join('')), // prettier-ignore
  },
  options: FIELDS,
  presets: PRESETS,
  codec: warriorCodec,
  objectives: objectivesOf,
  measures: measuresOf,
  operators: warriorOperators,
  prompts: warriorPrompts,
  minds: classicalMinds,
  environment: battlePlan,
  report: reportOf,
  coevolution: warriorCoevolution,
  evaluator: warriorEvaluator,
}
export default coreWar
