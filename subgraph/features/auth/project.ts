/** The project's own settings, as identity needs them. A database without them has the usual ones. */
import type { Connection } from '#schema-engine/database/database.ts'
import type { FilterInput } from '#schema-engine/filter/filter.ts'
import type { Model } from '#schema-engine/model/model.ts'
import { readTrusted, textIn } from '#schema-engine/query/trusted.ts'
import type { MailData } from '../../drivers/mail/mailer.ts'

export type Project = {
  /** What every mail's template is given. */
  readonly brand: MailData
  readonly name: string
  readonly registration: {
    readonly isOpen: boolean
    readonly verifiesEmail: boolean
    readonly role: string | null
    /** Which addresses may register; null: all. */
    readonly emailFilter: FilterInput | null
  }
}

const fields = [
  'project_name',
  'project_color',
  'public_registration',
  'public_registration_verify_email',
  'public_registration_role',
  'public_registration_email_filter',
]

export async function readProject(model: Model, connection: Pick<Connection, 'rows' | 'dialect'>): Promise<Project> {
  const [row = {}] = await readTrusted({ collection: 'directus_settings', where: null, fields }, model, connection)
  const name = textIn(row, 'project_name') ?? 'Tablegraph'
  const filter = row['public_registration_email_filter']
  return {
    name,
    brand: { projectName: name, projectColor: textIn(row, 'project_color') ?? '#6644FF' },
    registration: {
      isOpen: row['public_registration'] === true,
      verifiesEmail: row['public_registration_verify_email'] !== false,
      role: textIn(row, 'public_registration_role'),
      // As it was stored: `matchesFilter` refuses what is none.
      emailFilter: typeof filter === 'object' && filter !== null ? (filter as FilterInput) : null,
    },
  }
}
