import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert } from '../../src/core/alert.ts';
import type { Outlet } from '../../src/ports/outlet.ts';
import { ALERT } from './example-alert.ts';

/** An outlet with a look at the uids that came out of it, in order. */
export interface OutletUnderTest {
  readonly outlet: Outlet;
  arrived(): Promise<readonly string[]>;
}

const numbered = (from: number, count: number): Alert[] =>
  Array.from({ length: count }, (_, i) => ({ ...ALERT, uid: `00000000-0000-8000-a000-${String(from + i).padStart(12, '0')}` }));

/** What every adapter of the outlet port must do. `make` gives one to which nothing was sent. */
export function outletContract(name: string, make: () => Promise<OutletUnderTest>): void {
  test(`${name}: alerts are out when send resolves, in the order in which they were sent`, async () => {
    const { outlet, arrived } = await make();
    const sent: string[] = [];
    for (let i = 0; i < 20; i++) {
      const alerts = numbered(i * 10, i % 4);
      await outlet.send(alerts);
      sent.push(...alerts.map(({ uid }) => uid));
      assert.deepEqual(await arrived(), sent);
    }
    await outlet.close();
    assert.deepEqual(await arrived(), sent);
  });

  test(`${name}: sends that are not waited for keep their order`, async () => {
    const { outlet, arrived } = await make();
    const batches = Array.from({ length: 12 }, (_, i) => numbered(i * 10, 3));
    await Promise.all(batches.map((alerts) => outlet.send(alerts)));
    await outlet.close();
    assert.deepEqual(
      await arrived(),
      batches.flat().map(({ uid }) => uid),
    );
  });

  test(`${name}: no alerts send nothing, and closing twice does no harm`, async () => {
    const { outlet, arrived } = await make();
    await outlet.send([]);
    await outlet.close();
    await outlet.close();
    assert.deepEqual(await arrived(), []);
  });

  test(`${name}: alerts of any size arrive whole`, async () => {
    const { outlet, arrived } = await make();
    const alerts = numbered(0, 200).map((alert) => ({
      ...alert,
      signals: Array.from({ length: 10 }, () => alert.signals[0] ?? assert.fail()),
    }));
    await outlet.send(alerts);
    await outlet.close();
    assert.equal((await arrived()).length, 200);
  });
}
