/** CockroachDB reports SQLSTATEs as PostgreSQL does; 40001 asks for the statement to be tried again. */
export { constraintOf, errorOf } from '../postgres/errors.ts'
