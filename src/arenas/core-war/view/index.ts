/** Core War's parts of the page. */
import type { ArenaViews } from '../../../ui/views.ts'
import Genome from './Genome.svelte'
import Stage from './Stage.svelte'

const views: ArenaViews = { Stage, Genome, extension: 'red' }
export default views
