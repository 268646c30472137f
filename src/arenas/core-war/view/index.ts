/** Core War's parts of the page. */
import type { ArenaViews } from '../../../ui/views.ts'
import Genome from './Genome.svelte'
import Help from './Help.svelte'
import Stage from './Stage.svelte'

const views: ArenaViews = {
  words: {
    stage: 'Battle',
    genome: 'Warrior',
    genomes: 'Warriors',
    preset: 'World',
    presets: 'Worlds',
    otherLook: 'One battle or all',
    terms: [
      {
        term: 'Process, queue',
        text: "A warrior's threads take turns; the queue says whose turn comes next.",
      },
    ],
  },
  Stage,
  Genome,
  Help,
  extension: 'red',
}
export default views
