/** The diffusion arena's parts of the page. */
import type { ArenaViews } from '../../../ui/views.ts'
import Genome from './Genome.svelte'
import Help from './Help.svelte'
import { references } from './references.ts'
import Stage from './Stage.svelte'

const views: ArenaViews = {
  words: {
    stage: 'Pictures',
    genome: 'Schedule',
    genomes: 'Schedules',
    preset: 'Setting',
    presets: 'Settings',
    terms: [
      { term: 'Twin', text: 'The picture of the same noise and caption with nothing cached.' },
      {
        term: 'FORA, TGATE',
        text: 'Schedules that people made: everything in every n-th step; attention to the caption early only.',
      },
    ],
  },
  Stage,
  Genome,
  Help,
  references,
  extension: 'txt',
}
export default views
