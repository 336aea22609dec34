import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { RolloutView } from '../../../../src/resources/rollout.ts';
import type { Order } from '../../../../src/rollouts/orders/order.ts';
import { may } from '../../session/session-state.ts';
import { Button } from '../../ui/button.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { OrderDialog } from './order-dialog.tsx';
import { type Offered, ORDERS, type OrderEffect, offeredOrders } from './orders.ts';

interface OrderBarProps {
  readonly view: RolloutView;
  readonly effects: readonly OrderEffect[];
  readonly onDone: () => void;
  /** Who would be hit now, of one that is to start. */
  readonly hit: ComponentChildren;
}

/** What it mostly waits for. */
const PRIMARY: readonly Order[] = ['approve', 'start', 'resume'];

/** What a person may do now; who may not, is told so. */
export function OrderBar({ view, effects, onDone, hit }: OrderBarProps) {
  const [open, setOpen] = useState<Offered | null>(null);
  const mayOrder = may('operator');
  const offered = offeredOrders(effects, mayOrder);
  // One that is not offered any more while somebody thinks about it stays open, to say so.
  const asked = open && (offered.find(({ order }) => order === open.order) ?? open);
  useShortcuts(
    offered.flatMap((one) => {
      const { key, label } = ORDERS[one.order];
      return key ? [{ key, does: `${label} this rollout`, run: () => setOpen(one) }] : [];
    }),
  );
  if (!mayOrder) {
    return effects.length > 0 && <p class="caption">An order to it needs the role operator.</p>;
  }
  return (
    <>
      {offered.map((one) => (
        <Button key={one.order} kind={kindOf(one.order)} onClick={() => setOpen(one)}>
          {ORDERS[one.order].label}
        </Button>
      ))}
      {asked && (
        <OrderDialog
          view={view}
          order={asked.order}
          effect={asked.effect}
          onClose={() => setOpen(null)}
          onDone={onDone}
        >
          {asked.order === 'start' && hit}
        </OrderDialog>
      )}
    </>
  );
}

function kindOf(order: Order): 'primary' | 'danger' | 'plain' {
  if (PRIMARY.includes(order)) return 'primary';
  return ORDERS[order].typed ? 'danger' : 'plain';
}
