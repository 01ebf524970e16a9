import { describe, expect, it } from 'vitest'
import { buildModel } from '../model/build.ts'
import { noMetadata } from '../model/metadata.ts'
import { schemaOf, table } from '../model/table-fixture.ts'
import { parseExactly, shapeOf, shownItem, textOf, writtenItem } from './parsed.ts'
import { noArguments, type Selected } from './request.ts'

describe('numbers', () => {
  it.each([
    '{"a":12345678901234567890,"b":[1.10,-0,1e400,0.1,7]}',
    '[9007199254740993,{"x":1.0,"__proto__":{"y":2}}]',
    '"text \\u0000 \\"x\\""',
    'null',
  ])('%s comes back as it was', (text) => {
    expect(textOf(parseExactly(text))).toBe(text)
  })

  it('are numbers to work with wherever JavaScript writes them the same', () => {
    expect(parseExactly('[1,-2.5,1e+21]')).toEqual([1, -2.5, 1e21])
  })
})

const model = buildModel(
  schemaOf(
    table('makers', { columns: ['id integer!', 'name string'] }),
    table('goods', {
      columns: [
        'id integer!',
        'price decimal',
        'code bigint',
        'meta json',
        'made date',
        '__proto__ string',
        'maker integer',
      ],
      foreignKeys: ['maker > makers.id'],
    }),
  ),
  noMetadata,
  { excludeTables: [] },
)
const goods = model.collections.get('goods')
const makers = model.collections.get('makers')
if (goods === undefined || makers === undefined) throw new Error('the model has other collections')

const field = (key: string, name = key): Selected => ({ key, kind: 'field', field: name })

describe('items', () => {
  const selection: readonly Selected[] = [
    { key: '__typename', kind: 'constant', text: '"goods"' },
    field('price', 'id'),
    field('cost', 'price'),
    field('again', 'price'),
    field('code'),
    field('meta'),
    field('odd', '__proto__'),
    { key: 'made_func', kind: 'object', selection: [{ key: 'y', kind: 'date-part', field: 'made', part: 'year' }] },
    { key: 'maker', kind: 'related', field: 'maker', args: noArguments, selection: [field('id'), field('n', 'name')] },
    { key: 'maker_key', kind: 'keys', field: 'maker', args: noArguments },
  ]
  const text =
    '{"__typename":"goods","price":"7","cost":19.90,"again":19.90,"code":"9007199254740993","meta":{"z":1.0,"a":[]},' +
    '"odd":"p","made_func":{"y":2024},"maker":{"id":"3","n":"Ada"},"maker_key":"3"}'
  const graphql = shapeOf(selection, { collection: goods, model, format: 'graphql' })

  it('are shown by real names with the values of REST, and written as they came', () => {
    const item = shownItem(parseExactly(text), graphql)
    expect(textOf(item)).toBe(
      '{"id":7,"price":"19.90","code":"9007199254740993","meta":{"z":1.0,"a":[]},"__proto__":"p","made_year":2024,' +
        '"maker":{"id":3,"name":"Ada"},"maker_key":3}',
    )
    expect(writtenItem({ ...item }, graphql)).toBe(text)
  })

  it('take what a hook changes, under every name that the caller has for it', () => {
    const item = shownItem(parseExactly(text), graphql)
    const { meta, ...others } = item
    expect(meta).toBeDefined()
    const changed = writtenItem({ ...others, price: '0.10', made_year: null, maker: null, code: 5n, more: 1 }, graphql)
    expect(changed).toBe(
      '{"__typename":"goods","price":"7","cost":0.10,"again":0.10,"code":"5","meta":null,"odd":"p","made_func":{"y":null},' +
        '"maker":null,"maker_key":"3"}',
    )
  })

  it('of REST gain and lose what a hook adds and takes away', () => {
    const rest = shapeOf([field('id'), field('code')], { collection: goods, model, format: 'rest' })
    const { code, ...others } = shownItem(parseExactly('{"id":7,"code":"12"}'), rest)
    expect(code).toBe('12')
    expect(writtenItem({ ...others, more: [1] }, rest)).toBe('{"id":7,"more":[1]}')
  })

  it('show what is selected twice in different ways under two names', () => {
    const lists: readonly Selected[] = [
      { key: 'few', kind: 'related', field: 'goods', args: noArguments, selection: [field('id')] },
      { key: 'goods', kind: 'related', field: 'goods', args: noArguments, selection: [field('id')] },
    ]
    const shape = shapeOf(lists, { collection: makers, model, format: 'graphql' })
    const row = '{"few":[{"id":"1"}],"goods":[{"id":"1"},{"id":"2"}]}'
    expect(shownItem(parseExactly(row), shape)).toEqual({ few: [{ id: 1 }], goods: [{ id: 1 }, { id: 2 }] })
    expect(writtenItem(shownItem(parseExactly(row), shape), shape)).toBe(row)
  })
})
