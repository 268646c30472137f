/** How the page is arranged: theme, open sheet, phone tab. Kept in this browser; nothing of it belongs to a run. */
export type Tab = 'stage' | 'archive' | 'inspector' | 'settings'
export type Sheet = 'none' | 'runs' | 'help' | 'models' | 'prompts' | 'islands' | 'experiment'
type Theme = 'dark' | 'light'

const THEME = 'evolarium:theme'
const GUARDED = 'evolarium:thresholdout'
const SHORTCUTS = 'evolarium:shortcuts'

class View {
  theme = $state<Theme>(storedTheme())
  tab = $state<Tab>('stage')
  sheet = $state<Sheet>('none')
  swarm = $state(false)
  /** In runs in rounds: the curves go over rounds, or over generations. */
  overRounds = $state(true)
  /** Numbers of the held-out panel are shown as Thresholdout gives them. */
  guarded = $state(localStorage.getItem(GUARDED) === 'on')
  shortcuts = $state(localStorage.getItem(SHORTCUTS) !== 'off')

  constructor() {
    this.#apply()
  }

  toggleTheme(): void {
    this.theme = this.theme === 'dark' ? 'light' : 'dark'
    localStorage.setItem(THEME, this.theme)
    this.#apply()
  }

  toggleSwarm(): void {
    this.swarm = !this.swarm
    this.tab = 'stage'
  }

  open(sheet: Sheet): void {
    this.sheet = this.sheet === sheet ? 'none' : sheet
  }

  setGuarded(on: boolean): void {
    this.guarded = on
    localStorage.setItem(GUARDED, on ? 'on' : 'off')
  }

  setShortcuts(on: boolean): void {
    this.shortcuts = on
    localStorage.setItem(SHORTCUTS, on ? 'on' : 'off')
  }

  #apply(): void {
    document.documentElement.dataset['theme'] = this.theme
  }
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(THEME)
  if (stored === 'dark' || stored === 'light') return stored
  return matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'
}

export const view = new View()
