/** Every command once: its words, its key, when it applies and what it does. Buttons, shortcuts and the help sheet read this. */
import { onShow } from './arena-views.svelte.ts'
import { session } from './session.svelte.ts'
import { view } from './view.svelte.ts'

export interface Action {
  readonly id: string
  readonly label: string
  /** `KeyboardEvent.key`; single keys can be switched off as a whole. */
  readonly key: string
  readonly shown: string
  enabled(): boolean
  perform(): void
}

/** Where genomes meet each other, runs go in rounds and send each other their champions. */
const hasRounds = () => session.arena?.strategies.some(({ inRounds }) => inRounds) === true

const hasRun = () => session.snapshot !== null && !session.snapshot.run.elsewhere

export const actions = {
  toggle: {
    id: 'toggle',
    label: 'Run or pause',
    key: ' ',
    shown: 'Space',
    enabled: hasRun,
    perform: () => session.toggle(),
  },
  step: { id: 'step', label: 'One generation', key: '.', shown: '.', enabled: hasRun, perform: () => session.step() },
  reset: {
    id: 'reset',
    label: 'Start anew',
    key: 'n',
    shown: 'N',
    enabled: hasRun,
    perform: () => void session.reset(),
  },
  best: {
    id: 'best',
    label: 'Follow the best',
    key: 'b',
    shown: 'B',
    enabled: hasRun,
    perform: () => session.choose(null),
  },
  now: {
    id: 'now',
    label: 'Back to now, from an earlier generation',
    key: 'l',
    shown: 'L',
    enabled: () => session.past !== null,
    perform: () => session.returnToNow(),
  },
  swarm: {
    id: 'swarm',
    get label() {
      return onShow.words.otherLook ?? ''
    },
    key: 'w',
    shown: 'W',
    enabled: () => onShow.words.otherLook !== undefined,
    perform: () => view.toggleSwarm(),
  },
  runs: { id: 'runs', label: 'Runs', key: 'r', shown: 'R', enabled: () => true, perform: () => view.open('runs') },
  models: {
    id: 'models',
    label: 'Language models',
    key: 'm',
    shown: 'M',
    enabled: () => session.arena?.asksModels === true,
    perform: () => view.open('models'),
  },
  islands: {
    id: 'islands',
    label: 'Islands',
    key: 'i',
    shown: 'I',
    enabled: hasRounds,
    perform: () => view.open('islands'),
  },
  experiment: {
    id: 'experiment',
    label: 'The experiment: do different minds help?',
    key: 'e',
    shown: 'E',
    enabled: hasRounds,
    perform: () => view.open('experiment'),
  },
  theme: {
    id: 'theme',
    label: 'Light or dark',
    key: 't',
    shown: 'T',
    enabled: () => true,
    perform: () => view.toggleTheme(),
  },
  help: {
    id: 'help',
    label: 'Keys and help',
    key: '?',
    shown: '?',
    enabled: () => true,
    perform: () => view.open('help'),
  },
} satisfies Record<string, Action>

/** Where letters are text; sliders and cells have no use for them. */
const TYPING = 'input:not([type="range"], [type="checkbox"]), select, textarea'
const PRESSED_BY_SPACE = 'button, summary, a, input[type="checkbox"]'

/** Handles a key press that nothing else wants: not while typing, not on a focused button's own Space. */
export function onKey(event: KeyboardEvent): void {
  if (!view.shortcuts || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
  const { target, key } = event
  if (target instanceof HTMLElement) {
    if (target.closest(TYPING) !== null && key !== '?') return
    if (key === ' ' && target.closest(PRESSED_BY_SPACE) !== null) return
  }
  const action: Action | undefined = Object.values(actions).find(({ key }) => key === event.key.toLowerCase())
  if (action === undefined || !action.enabled()) return
  event.preventDefault()
  action.perform()
}
