/** The singular-values arena's parts of the page. */
import type { ArenaViews } from '../../../ui/views.ts'
import Genome from './Genome.svelte'
import Help from './Help.svelte'
import Stage from './Stage.svelte'

const views: ArenaViews = {
  words: {
    stage: 'Model',
    genome: 'Spectrum',
    genomes: 'Spectra',
    preset: 'Setting',
    presets: 'Settings',
    terms: [
      { term: 'Singular values', text: 'How strongly a matrix acts along each of its own directions, strongest first.' },
      { term: 'Adapter (LoRA)', text: 'A small change to a frozen matrix: the product of a tall thin matrix and a wide flat one.' },
      { term: 'Held out', text: 'Examples that neither training nor evolution has ever seen.' },
    ],
  },
  Stage,
  Genome,
  Help,
  extension: 'txt',
} // prettier-ignore
export default views
