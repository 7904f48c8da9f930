import { describe, expect, test } from 'vitest';
import { N, ordersTable, S } from '../orders-table.ts';

describe('an update', () => {
  test('computes everything from the item as it was', () => {
    const { put, update, item, Key } = ordersTable();
    put({ a: N(1), b: N(10), cells: { L: [S('0'), S('1'), S('2')] }, gone: S('x') });
    update(
      'SET a = b, b = a + :one, c = if_not_exists(c, :one), d = b - a, cells[9] = :s, cells[1] = :t REMOVE gone, cells[0] ADD hits :one',
      { ':one': N(1), ':s': S('end'), ':t': S('new') },
    );
    const cells = { L: [S('new'), S('2'), S('end')] };
    expect(item()).toEqual({ ...Key, a: N(10), b: N(2), c: N(1), d: N(9), cells, hits: N(1) });
  });

  test('appends to lists, adds to sets and takes from them; an empty set is gone', () => {
    const { put, update, item } = ordersTable();
    put({ cells: { L: [N(1)] }, tags: { SS: ['b'] }, few: { NS: ['1'] } });
    update('SET cells = list_append(:l, cells) ADD tags :t, fresh :t DELETE few :n, nothing :n', {
      ...{ ':l': { L: [N(0)] }, ':t': { SS: ['a', 'b', 'c'] }, ':n': { NS: ['1.0', '2'] } },
    });
    const { id: _id, at: _at, ...rest } = item();
    const tags = { SS: ['a', 'b', 'c'] };
    expect(rest).toEqual({ cells: { L: [N(0), N(1)] }, tags, fresh: tags });
  });

  test('reaches into maps, and only into what is there', () => {
    const { put, update, refused, item, Key } = ordersTable();
    put({ tree: { M: { in: { M: { n: N(1) } } } } });
    update(
      'SET tree.x = :v, tree.#in.n = tree.#in.n + :v',
      { ':v': N(2) },
      { ExpressionAttributeNames: { '#in': 'in' } },
    );
    expect(item().tree).toEqual({ M: { in: { M: { n: N(3) } }, x: N(2) } });
    for (const UpdateExpression of ['SET absent.x = :v', 'SET tree[0] = :v', 'SET tree.x.y = :v']) {
      const input = { Key, UpdateExpression, ExpressionAttributeValues: { ':v': N(1) } };
      expect(refused('UpdateItem', input)).toBe(
        'The document path provided in the update expression is invalid for update',
      );
    }
  });

  test('makes the item that is not there', () => {
    const { update, item, Key } = ordersTable();
    update('ADD n :one', { ':one': N(1) });
    expect(item()).toEqual({ ...Key, n: N(1) });
  });

  test('returns what it is asked for', () => {
    const { put, update, Key } = ordersTable();
    const value = { ':v': N(2) };
    put({ tree: { M: { x: N(1), y: N(1) } }, n: N(1) });
    const returned = (ReturnValues: string) =>
      update('SET tree.x = :v, fresh = :v', value, { ReturnValues }).Attributes;
    expect(returned('UPDATED_OLD')).toEqual({ tree: { M: { x: N(1) } } });
    expect(returned('UPDATED_NEW')).toEqual({ tree: { M: { x: N(2) } }, fresh: N(2) });
    const whole = { ...Key, tree: { M: { x: N(2), y: N(1) } }, n: N(1), fresh: N(2) };
    expect(returned('ALL_OLD')).toEqual(whole);
    expect(returned('ALL_NEW')).toEqual(whole);
    expect(returned('NONE')).toBeUndefined();
  });

  const wrong = 'An operand in the update expression has an incorrect data type';
  const invalid = 'Invalid UpdateExpression: ';
  test.each([
    [
      'SET id = :n',
      'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
    ],
    [
      'SET a = :n, a = :n',
      `${invalid}Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]`,
    ],
    [
      'SET a.b = :n REMOVE a',
      `${invalid}Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a]`,
    ],
    [
      'SET a.b = :n REMOVE a[0]',
      `${invalid}Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, b], path two: [a, [0]]`,
    ],
    ['SET a = :n SET b = :n', `${invalid}The "SET" section can only be used once in an update expression;`],
    ['SET a = s + :n', wrong],
    ['SET a = list_append(s, :l)', wrong],
    ['ADD s :n', wrong],
    ['DELETE s :set', wrong],
    ['SET a = gone + :n', 'The provided expression refers to an attribute that does not exist in the item'],
    [
      'SET a = :s + :n',
      `${invalid}Incorrect operand type for operator or function; operator or function: +, operand type: S`,
    ],
    [
      'ADD a :s',
      `${invalid}Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND`,
    ],
    [
      'SET amount = :s',
      'One or more parameter values were invalid: Type mismatch for Index Key amount Expected: N Actual: S IndexName: by-amount',
    ],
    ['SET a = :n b', `${invalid}Syntax error; token: "b", near: "SET a = :n b"`],
  ])('that does not fit is refused and changes nothing: %s', (UpdateExpression, why) => {
    const { put, refused, Key } = ordersTable();
    put({ s: S('x') });
    const values = Object.entries({ ':n': N(1), ':s': S('s'), ':l': { L: [] }, ':set': { SS: ['x'] } });
    const used = values.filter(([key]) => new RegExp(`${key}\\b`).test(UpdateExpression));
    const input = { Key, UpdateExpression, ExpressionAttributeValues: Object.fromEntries(used) };
    expect(refused('UpdateItem', input)).toBe(why);
  });
});

describe('an item', () => {
  test.each([
    [{ id: S('a') }, 'One or more parameter values were invalid: Missing the key at in the item'],
    [
      { id: N(1), at: N(1) },
      'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N',
    ],
    [
      { id: S(''), at: N(1) },
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
    ],
    [{ id: S('a'), at: N('x') }, 'The parameter cannot be converted to a numeric value: x'],
    [{ id: S('a'), at: N('1'.repeat(39)) }, 'Attempting to store more than 38 significant digits in a Number'],
    [
      { id: S('a'), at: N('1e126') },
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
    ],
    [
      { id: S('a'), at: N('1e-131') },
      'Number underflow. Attempting to store a number with magnitude smaller than supported range',
    ],
    [
      { id: S('a'), at: N(1), s: { SS: [] } },
      'One or more parameter values were invalid: An string set  may not be empty',
    ],
    [
      { id: S('a'), at: N(1), s: { NS: ['1', '1.0'] } },
      'One or more parameter values were invalid: Input collection [1, 1] contains duplicates.',
    ],
    [{ id: S('a'), at: N(1), s: S('x'.repeat(409_593)) }, 'Item size has exceeded the maximum allowed size'],
  ])('that no table takes is refused: %#', (Item, why) => {
    const { refused } = ordersTable();
    expect(refused('PutItem', { Item })).toBe(why);
  });

  test('of 400 KB to the byte is taken', () => {
    const { put, item } = ordersTable();
    // Names of 2, 2 and 1 bytes, a key of 1 byte, and a number of 2.
    put({ s: S('x'.repeat(409_600 - 2 - 2 - 1 - 1 - 2)) });
    expect(item().s.S).toHaveLength(409_592);
  });

  test('may have attributes of any name', () => {
    const { put, update, item } = ordersTable();
    put(JSON.parse('{ "__proto__": { "N": "1" }, "constructor": { "S": "x" } }'));
    const ExpressionAttributeNames = { '#p': '__proto__', '#t': 'toString' };
    update('SET #p = #p + :one, #t = :one', { ':one': N(1) }, { ExpressionAttributeNames });
    expect(Object.entries(item()).sort()).toEqual([
      ['__proto__', N(2)],
      ['at', N(1)],
      ['constructor', S('x')],
      ['id', S('a')],
      ['toString', N(1)],
    ]);
  });
});
