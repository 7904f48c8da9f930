import { describe, expect, test } from 'vitest';
import { N, ordersTable, S } from '../orders-table.ts';

describe('a condition', () => {
  const item = {
    ...{ n: N(5), s: S('text'), b: { B: 'AQID' }, yes: { BOOL: true }, none: { NULL: true } },
    ...{ tags: { SS: ['x', 'y'] }, cells: { L: [N(1), { M: { in: S('deep') } }] }, tree: { M: { k: N(2) } } },
  };
  const values = { ':n': N(5), ':m': N('5.00'), ':s': S('te'), ':x': S('x'), ':t': S('N'), ':b': { B: 'AQI=' } };
  const holds = (ConditionExpression: string, names?: object) => {
    const { put } = ordersTable();
    put(item);
    const used = Object.entries(values).filter(([key]) => new RegExp(`${key}\\b`).test(ConditionExpression));
    try {
      put(item, {
        ConditionExpression,
        ...(used.length > 0 && { ExpressionAttributeValues: Object.fromEntries(used) }),
        ...(names && { ExpressionAttributeNames: names }),
      });
      return true;
    } catch (error) {
      expect((error as { code: string }).code).toBe('ConditionalCheckFailedException');
      return false;
    }
  };
  test.each([
    ['n = :m', true],
    ['n <> :n', false],
    ['gone = :n', false],
    // Nothing is equal to what is not there.
    ['gone <> :n', true],
    ['NOT gone = :n', true],
    ['gone < :n OR gone >= :n', false],
    ['n > :s', false],
    ['n <> :s', true],
    ['n BETWEEN :n AND :m', true],
    ['n IN (:s, :m)', true],
    ['n in (:s, :t) or s between :s and :x', true],
    ['attribute_exists(tree.k) AND attribute_not_exists(tree.z)', true],
    ['attribute_exists(cells[1].#in)', true, { '#in': 'in' }],
    ['attribute_exists(cells[2])', false],
    ['attribute_type(n, :t)', true],
    ['attribute_type(s, :t)', false],
    ['begins_with(s, :s)', true],
    ['begins_with(b, :b)', true],
    ['begins_with(n, :s)', false],
    ['contains(tags, :x)', true],
    ['contains(s, :x)', true],
    ['contains(cells, :n)', false],
    ['size(tags) < :n AND size(s) < :n', true],
    ['size(cells) = :n OR size(n) = :n', false],
    ['n = :n AND s = :x OR tags = :x', false],
    ['(n = :n OR s = :x) AND NOT (tags = :x)', true],
    ['n = :n OR s = :x AND s = :s', true],
    ['id = s', false],
  ] as [string, boolean, object?][])('%s: %s', (text, expected, names) => expect(holds(text, names)).toBe(expected));

  test.each([
    ['a = ', 'Syntax error; token: "<EOF>", near: "a ="'],
    ['n = :n n', 'Syntax error; token: "n", near: "n = :n n"'],
    ['a ! b', 'Syntax error; token: "!", near: "a ! b"'],
    ['((n = :n))', 'The expression has redundant parentheses;'],
    ['name = :n', 'Attribute name is a reserved keyword; reserved keyword: name'],
    ['#x = :n', 'An expression attribute name used in the document path is not defined; attribute name: #x'],
    ['n = :y', 'An expression attribute value used in expression is not defined; attribute value: :y'],
    [
      'n = n',
      'The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]',
    ],
    ['Size(n) = :n', 'Invalid function name; function: Size'],
    [
      'begins_with(s, :n)',
      'Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
    ],
    [
      'attribute_exists(s, :n)',
      'Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2',
    ],
    ['size(:n) = :n', 'Syntax error; token: ":n", near: "size(:n) = :n"'],
    [`n = :n${' '.repeat(4_091)}`, 'Expression size has exceeded the maximum allowed size; expression size: 4097'],
    [`${'('.repeat(300)}n = :n`, 'The expression is nested too deep;'],
  ])('that is wrong is refused in the words of the service: %s', (ConditionExpression, why) => {
    const { refused, Key } = ordersTable();
    const ExpressionAttributeValues = { ':n': N(1) };
    const input = { Item: Key, ConditionExpression, ExpressionAttributeValues };
    expect(refused('PutItem', input)).toBe(`Invalid ConditionExpression: ${why}`);
  });

  test('tells the item that it met, if it is asked to, and leaves it alone', () => {
    const { call, put, Key, item } = ordersTable();
    put({ v: N(1) });
    const condition = {
      ConditionExpression: 'attribute_not_exists(id)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    const fault = (operation: string, input: object): object => {
      try {
        return call(operation, input);
      } catch (error) {
        return error as object;
      }
    };
    const props = { Item: { ...Key, v: N(1) } };
    const refusal = { code: 'ConditionalCheckFailedException', message: 'The conditional request failed', props };
    expect(fault('PutItem', { Item: Key, ...condition })).toMatchObject(refusal);
    expect(fault('DeleteItem', { Key, ...condition })).toMatchObject(refusal);
    expect(fault('UpdateItem', { Key, UpdateExpression: 'REMOVE v', ...condition })).toMatchObject(refusal);
    expect(item()).toEqual(props.Item);
  });
});
