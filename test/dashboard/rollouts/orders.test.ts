import t from 'tap';
import {
  type OrderEffect,
  offeredOrders,
} from '../../../control-plane/dashboard/src/rollouts/one/orders.ts';

const effect = (order: OrderEffect['order'], devices = 1): OrderEffect => ({
  order,
  devices,
  effect: 'It does.',
});
const EFFECTS = [effect('roll-back'), effect('pause'), effect('retry', 0)];
const names = (mayOrder: boolean) => offeredOrders(EFFECTS, mayOrder).map(({ order }) => order);

t.test('what would do something is offered, what takes away last', async (t) => {
  t.same(names(true), ['pause', 'roll-back']);
});

t.test('who may only look is offered nothing, nor a key for it', async (t) => {
  t.same(names(false), []);
});
