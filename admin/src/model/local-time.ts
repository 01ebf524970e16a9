/** Between what a `datetime-local` input holds and what the API takes. */

/** An ISO moment → `2024-03-01T12:30` in the browser's zone; a date and time without a zone as it is. */
export function toLocalInput(text: string, hasZone: boolean): string {
  if (!hasZone) return text.slice(0, 16)
  const date = new Date(text)
  if (Number.isNaN(date.getTime())) return ''
  const pad = (part: number) => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`
}

/** The inverse: null for an input that is not filled in. */
export function fromLocalInput(text: string, hasZone: boolean): string | null {
  if (text === '') return null
  if (!hasZone) return text.length === 16 ? `${text}:00` : text
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
