/** The parts of the page that the open run's arena brings, and what things are called in it. */
import { session } from './session.svelte.ts'
import { loadViews, type ArenaViews, type ArenaWords } from './views.ts'

/** Until the arena's own are loaded. */
const PLAIN: ArenaWords = {
  stage: 'Stage',
  genome: 'Genome',
  genomes: 'Genomes',
  preset: 'Setting',
  presets: 'Settings',
  terms: [],
}

class ViewsOnShow {
  #loaded = $state.raw<{ readonly arena: string; readonly views: ArenaViews | null } | null>(null)
  readonly #arena = $derived(session.snapshot?.run.settings.arena ?? '')

  /** Null while they are loading: views of one arena are never shown the genomes of another. */
  readonly views = $derived(this.#loaded?.arena === this.#arena ? this.#loaded.views : null)
  readonly words = $derived(this.views?.words ?? PLAIN)

  /** To be called in an effect: loads what the open run's arena needs. */
  follow(): void {
    const arena = this.#arena
    if (arena === '' || arena === this.#loaded?.arena) return
    void loadViews(arena).then((views) => (this.#loaded = { arena, views }))
  }
}

export const onShow = new ViewsOnShow()

/** A word as it stands inside a sentence. */
export const inText = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1)
