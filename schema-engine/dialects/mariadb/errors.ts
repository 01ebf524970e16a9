/** MariaDB's errors have MySQL's numbers, and its own from 1900 and 4000 on are in the same table. */
export { constraintOf, errorOf } from '../mysql/errors.ts'
