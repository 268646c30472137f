/** The language models' worker as it is, in a place where the stand-in library is put in and devices are counted. */
import '../../support/webllm/install.ts'
import './devices.ts'
import '../../../workers/llm.worker.ts'
