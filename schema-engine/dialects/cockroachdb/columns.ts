/** CockroachDB has PostgreSQL's type names. */
export { kindOf, modifiersOf } from '../postgres/columns.ts'
