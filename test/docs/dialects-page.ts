/** The databases as a page: what each can do, and what has been seen working. */
import { cockroachdb } from '#schema-engine/dialects/cockroachdb/index.ts'
import type { Dialect } from '#schema-engine/dialects/dialect.ts'
import { mariadb } from '#schema-engine/dialects/mariadb/index.ts'
import { mysql } from '#schema-engine/dialects/mysql/index.ts'
import { postgres } from '#schema-engine/dialects/postgres/index.ts'
import { sqlite } from '#schema-engine/dialects/sqlite/index.ts'
import { testDialects } from '../harness/databases.ts'
import { generatedFrom, page, table } from './markdown.ts'

/** A new dialect does not compile without its line. */
const databases: Readonly<
  Record<Dialect['name'], { readonly dialect: Dialect; readonly title: string; readonly clients: string }>
> = {
  postgres: { dialect: postgres, title: 'PostgreSQL 13+', clients: '`pg`, `postgres://…`' },
  cockroachdb: { dialect: cockroachdb, title: 'CockroachDB', clients: '`cockroachdb`, `postgres://…`' },
  mysql: { dialect: mysql, title: 'MySQL 8.0.17+', clients: '`mysql`, `mysql://…`' },
  mariadb: { dialect: mariadb, title: 'MariaDB 10.6+', clients: '`mariadb`, `mysql`, `mariadb://…`' },
  sqlite: { dialect: sqlite, title: 'SQLite 3.36+', clients: '`sqlite3`, `DB_FILENAME`' },
}

const tested: readonly string[] = testDialects

/** What stands in for a real server: `test/cases/unreachable-dialects.test.ts`. */
const untested: Readonly<Record<string, string>> = {
  cockroachdb: '**no**: PostgreSQL runs its statements',
  mysql: '**no**: its statements are only looked at',
}

export const dialectsPage = (): string =>
  page(
    '# Databases',
    generatedFrom('schema-engine/dialects/', 'test/harness/databases.ts'),
    table([
      [
        'database',
        'connects by',
        'tested against a real server',
        'lists in one bind',
        '`returning`',
        'DDL in a transaction',
        'geometry operators',
      ],
      ...Object.entries(databases).map(([name, { dialect, title, clients }]) => [
        title,
        clients,
        tested.includes(name) ? 'yes, by every suite of behaviour' : (untested[name] ?? '**no**'),
        yes(dialect.supports.arrayBinds),
        yes(dialect.supports.returning),
        yes(dialect.supports.transactionalDdl),
        yes(dialect.expressions.geometryIntersects !== null),
      ]),
    ]),
    `The server’s own version picks the dialect: a MariaDB reached as \`mysql\` is a MariaDB, a CockroachDB reached as \`pg\` is a CockroachDB.

All of them answer a read with one statement whose result is the reply’s JSON, and the same query has the same reply. What differs all the
same:

- **Sorting of texts** follows the column’s collation, so \`Ångström\`, \`a\` and \`B\` may come in another order. Equality, \`_contains\` and grouping
  are exact everywhere.
- **SQLite** keeps a \`decimal\` as a floating point number, so what is stored with more than 15 significant digits is rounded already. A sum or an
  average of what is stored is exact.
- **PostgreSQL** keeps a \`jsonb\` in an order of its own, and an instant to the microsecond: it is shown to the millisecond, and compared as it is kept.
- **SQLite** reads in worker threads, from a file that is opened for reading only.
- **MySQL and MariaDB** call a schema a database: \`DB_SEARCH_PATH\` lists databases there. SQLite has none.
- **MySQL and MariaDB** look at a foreign key row by row. Of new items of one collection that lead to each other, as in an import of a tree, the
  one that is led to must come first there. Their instants lie between 1970 and 2038; later ones are refused.
- **Geometry** operators need PostGIS, or MySQL’s and MariaDB’s own functions; SQLite has none, and refuses them with \`INVALID_QUERY\`.`,
  )

const yes = (is: boolean): string => (is ? 'yes' : '–')
