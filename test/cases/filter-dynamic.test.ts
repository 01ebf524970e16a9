/** Values that stand for facts of the request: the moment, the user, their roles. */
import { loadEverything } from '#test/fixtures/everything/index.ts'
import { itFilters, itRefuses, overDatabase, type FilterCase } from './tables.ts'

/** Every request is made on 2024-06-15 at noon UTC (`graph-under-test.ts`). */
const moments: readonly FilterCase[] = [
  [{ published_at: { _lt: '$NOW' } }, ['1', '2', '3', '5', '8', '9', '10', '11', '12', '15']],
  [{ published_at: { _gt: '$NOW' } }, ['14']],
  [{ published_at: { _gt: '$NOW(-1 year)' } }, ['3', '5', '8', '9', '10', '14']],
  [{ published_at: { _gt: '$NOW( -1 YEAR )' } }, ['3', '5', '8', '9', '10', '14']],
  [{ published_at: { _gt: '$NOW(-100 days)' } }, ['9', '10', '14']],
  [{ published_at: { _gt: '$NOW(-2 months)', _lt: '$NOW(+7 months)' } }, ['14']],
  [{ published_at: { _lt: '$NOW(1 w)' } }, ['1', '2', '3', '5', '8', '9', '10', '11', '12', '15']],
  [{ published_at: { _between: ['$NOW(-4 months)', '$NOW'] } }, ['8', '9', '10']],
  [{ published_at: { _nbetween: ['$NOW(-2 years)', '$NOW(+1 year)'] } }, ['12']],
  [{ published_at: { _in: ['$NOW', '2023-01-15T08:00:00Z'] } }, ['1']],
  [{ issued_on: { _gte: '$NOW(-3 months)' } }, ['9', '10', '13', '14']],
  [{ issued_on: { _lt: '$NOW(-24 years)' } }, ['12']],
  [{ meeting_at: { _gt: '$NOW' } }, ['14']],
  [{ read_at: { _eq: '$NOW' } }, ['5']],
  [{ title: { _eq: '$NOWHERE' } }, []],
  [{ title: { _neq: '$' } }, Array.from({ length: 15 }, (_, index) => String(index + 1))],
]

const signedIn: readonly FilterCase[] = [
  [{ author_id_key: { _eq: '$CURRENT_USER' } }, ['1', '8', '11']],
  [{ author_id: { id: { _eq: '$CURRENT_USER' } } }, ['1', '8', '11']],
  [{ author_id_key: { _neq: '$CURRENT_USER' } }, ['2', '3', '4', '5', '6', '7', '9', '10', '12', '13', '14', '15']],
  [{ author_id_key: { _in: ['$CURRENT_USER', 8] } }, ['1', '8', '11', '12']],
  [{ author_id_key: { _eq: '$CURRENT_ROLE' } }, ['2', '3']],
  [{ author_id_key: { _in: '$CURRENT_ROLES' } }, ['2', '3', '6']],
  [{ author_id_key: { _nin: '$CURRENT_ROLES' } }, ['1', '4', '5', '7', '8', '9', '10', '11', '12', '13', '14', '15']],
]

/** Who has no policies is compared with nothing. */
const without: readonly FilterCase[] = [
  [{ category_id_key: { _in: '$CURRENT_POLICIES' } }, []],
  [{ category_id_key: { _nin: '$CURRENT_POLICIES' } }, []],
]

/** Without a user, what is compared with the user is never true: neither equal nor unequal, nor the opposite of either. */
const nobody: readonly FilterCase[] = [
  [{ author_id_key: { _eq: '$CURRENT_USER' } }, []],
  [{ author_id_key: { _neq: '$CURRENT_USER' } }, []],
  [{ author_id_key: { _in: ['$CURRENT_USER'] } }, []],
  [{ reviewer_id_key: { _eq: '$CURRENT_USER' } }, []],
  [{ author_id_key: { _in: '$CURRENT_ROLES' } }, []],
  [{ author_id_key: { _nin: '$CURRENT_ROLES' } }, []],
  [{ _not: { author_id_key: { _eq: '$CURRENT_USER' } } }, []],
  [{ _or: [{ id: { _eq: 4 } }, { _not: { author_id_key: { _in: '$CURRENT_ROLES' } } }] }, ['4']],
]

overDatabase(loadEverything, (graph, dialect) => {
  // A list can't stand where the type has one value; `$CURRENT_ROLES` is given alone, as GraphQL makes a list of it.
  const of = { list: 'articles', key: 'id' }
  itFilters(graph, dialect, of, moments)
  itFilters(graph, dialect, { ...of, facts: { user: 1, role: 2, roles: [2, 6], policies: [] } }, signedIn)
  itFilters(graph, dialect, { ...of, isVoid: true, facts: { user: 1, role: 2, roles: [2, 6], policies: [] } }, without)
  itFilters(graph, dialect, { ...of, isVoid: true }, nobody)

  const filtered = (filter: string) => `{ articles(filter: ${filter}) { id } }`
  itRefuses(graph, [
    {
      name: 'a shift without a unit',
      document: filtered('{published_at: {_gt: "$NOW(-1)"}}'),
      code: 'INVALID_QUERY',
      says: /\$NOW/,
    },
    {
      name: 'a shift by an unknown unit',
      document: filtered('{published_at: {_gt: "$NOW(-1 aeon)"}}'),
      code: 'INVALID_QUERY',
    },
    {
      name: 'a shift beyond the calendar',
      document: filtered('{published_at: {_gt: "$NOW(-99999 years)"}}'),
      code: 'INVALID_QUERY',
    },
    {
      name: 'a list where one value belongs',
      document: filtered('{author_id_key: {_eq: "$CURRENT_ROLES"}}'),
      code: 'INVALID_QUERY',
    },
    {
      name: 'an unknown fact',
      document: filtered('{title: {_neq: "$CURRENT_ROLES.secret"}}'),
      code: 'INVALID_QUERY',
      says: /CURRENT_ROLES/,
    },
    {
      name: 'a path that leads nowhere',
      document: filtered('{title: {_neq: "$CURRENT_USER.secret"}}'),
      code: 'FORBIDDEN',
    },
  ])
})
