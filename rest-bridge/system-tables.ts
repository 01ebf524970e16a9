/** What is said when the database refuses the system's tables: why, and what its owner can run instead. */
import type { SystemTables } from '#schema-engine/migrations/prepare.ts'

type Refused = Extract<SystemTables, { readonly kind: 'refused' }>

export const explainRefusal = ({ reason, statements }: Refused): string =>
  [
    `The system's tables could not be made or upgraded: ${reason}`,
    "An account that may change the database's structure can run `tablegraph bootstrap`, or these statements; this account then needs to be allowed to read and change their rows. `BOOTSTRAP=false` keeps the start from trying.",
    '',
    ...statements.map((statement) => `${statement};`),
  ].join('\n')
