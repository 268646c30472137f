/**
 * Settings described as data: the page draws its controls from these fields, the command line and imported files are
 * checked against them. One source of truth for each default, range and line of help.
 */
import { fail, ok, type Result } from './result.ts'

export type OptionValue = number | string | boolean
export type Options = Readonly<Record<string, OptionValue>>

interface FieldBase {
  readonly key: string
  readonly label: string
  /** One line that says what it does to the run. */
  readonly help: string
  readonly group: 'world' | 'variation' | 'selection' | 'budget'
  /** Folded away until asked for. */
  readonly advanced?: boolean
}
export interface NumberField extends FieldBase {
  readonly kind: 'integer' | 'number'
  readonly min: number
  readonly max: number
  readonly step?: number
  readonly unit?: string
  readonly default: number
}
export interface ChoiceField extends FieldBase {
  readonly kind: 'choice'
  readonly choices: readonly { readonly value: string; readonly label: string }[]
  readonly default: string
}
export interface BooleanField extends FieldBase {
  readonly kind: 'boolean'
  readonly default: boolean
}
export type OptionField = NumberField | ChoiceField | BooleanField

export const defaultsOf = (fields: readonly OptionField[]): Options =>
  Object.fromEntries(fields.map((field) => [field.key, field.default]))

/**
 * Checks foreign options against the fields: missing ones get their default, unknown ones are dropped.
 * Fails with the first value that does not fit, naming the option and what it may be.
 */
export function checkOptions(
  fields: readonly OptionField[],
  raw: Readonly<Record<string, unknown>>,
  defaults: Options = defaultsOf(fields),
): Result<Options> {
  const checked: [string, OptionValue][] = []
  for (const field of fields) {
    const value = Object.hasOwn(raw, field.key) ? raw[field.key] : (defaults[field.key] ?? field.default)
    const problem = problemOf(field, value)
    if (problem !== null) return fail('bad-option', `"${field.label}" (${field.key}) ${problem}.`)
    checked.push([field.key, value as OptionValue])
  }
  return ok(Object.fromEntries(checked))
}

function problemOf(field: OptionField, value: unknown): string | null {
  switch (field.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? null : 'must be true or false'
    case 'choice':
      return field.choices.some((choice) => choice.value === value)
        ? null
        : `must be one of ${field.choices.map((choice) => choice.value).join(', ')}`
    default: {
      if (typeof value !== 'number' || !Number.isFinite(value)) return 'must be a number'
      if (value < field.min || value > field.max) return `must be between ${field.min} and ${field.max}`
      return field.kind === 'integer' && !Number.isInteger(value) ? 'must be a whole number' : null
    }
  }
}

/** Typed reads of checked options: a wrong kind is a bug in the arena, so it throws. */
export function numberOption(options: Options, key: string): number {
  const value = options[key]
  if (typeof value !== 'number') throw new Error(`option ${key} is not a number`)
  return value
}
export function textOption(options: Options, key: string): string {
  const value = options[key]
  if (typeof value !== 'string') throw new Error(`option ${key} is not a text`)
  return value
}
