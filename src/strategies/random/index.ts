/** Plain random search: the control. What it reaches, evolution has to beat. */
import type { Strategy } from '../../core/contracts.ts'

const random: Strategy<null> = {
  id: 'random',
  label: 'Random search',
  help: 'Every one made from nothing: what evolution has to beat.',
  init: () => null,
  ask(_state, _occupied, operators, count) {
    const operator = operators.findIndex(({ arity }) => arity === 0)
    return Array.from({ length: count }, () => ({ operator, parents: [] }))
  },
  tell: (state) => state,
}
export default random
