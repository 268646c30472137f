/** The schedules of the front, as the archive has them now. */
import type { StageProps } from '../../../ui/views.ts'
import type { Schedule } from '../schedule.ts'
import { scheduleOf } from './elite.ts'

export interface FrontMember {
  readonly cell: number
  readonly name: string
  readonly schedule: Schedule
}

export async function frontOf(
  archive: Pick<StageProps['archive'], 'front'>,
  fetchElite: StageProps['fetchElite'],
): Promise<readonly FrontMember[]> {
  const cells = Array.from(archive.front.keys()).filter((cell) => archive.front[cell] === 1)
  const members = await Promise.all(
    cells.map(async (cell) => {
      const elite = await fetchElite(cell)
      const schedule = elite === null ? null : scheduleOf(elite.text)
      return elite === null || schedule === null ? [] : [{ cell, name: elite.name, schedule }]
    }),
  )
  return members.flat()
}
