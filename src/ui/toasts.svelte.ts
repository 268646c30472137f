/** What was said lately, and can be waved away: the last four. */
import type { Notice } from '../engine/protocol.ts'

export interface Toast extends Notice {
  readonly id: number
  readonly undo?: () => void
}

export class ToastRack {
  shown = $state.raw<readonly Toast[]>([])
  #next = 1

  say(notice: Notice, undo?: () => void): void {
    const toast: Toast = { ...notice, id: this.#next++, ...(undo === undefined ? {} : { undo }) }
    this.shown = [...this.shown.filter(({ text }) => text !== notice.text), toast].slice(-4)
    setTimeout(() => this.dismiss(toast.id), notice.kind === 'info' ? 8000 : 20_000)
  }

  dismiss(id: number): void {
    this.shown = this.shown.filter((toast) => toast.id !== id)
  }
}
