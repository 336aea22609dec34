import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { RolloutView } from '../../../../src/resources/rollout.ts';
import type { Order } from '../../../../src/rollouts/orders/order.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toasts.tsx';
import { ORDERS } from './orders.ts';
import { sendOrder } from './send-order.ts';

interface OrderDialogProps {
  readonly view: RolloutView;
  readonly order: Order;
  readonly effect: string;
  readonly children?: ComponentChildren;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/**
 * Says what an order will do to how many devices, and carries it out where the rollout is still
 * where it was seen.
 */
export function OrderDialog({ view, order, effect, children, onClose, onDone }: OrderDialogProps) {
  const seen = useRef(view).current;
  const [reason, setReason] = useState('');
  const { label, typed } = ORDERS[order];
  return (
    <Confirm
      title={`${label}: ${seen.name}`}
      verb={label}
      danger={typed !== undefined}
      {...(typed !== undefined && { typed })}
      onClose={onClose}
      onConfirm={async () => {
        await sendOrder(seen, order, reason);
        toast(`${label}: ordered.`);
        onDone();
      }}
    >
      <p>{effect}</p>
      {children}
      <Field
        label="Why, for the record (may be left empty)"
        value={reason}
        maxLength={500}
        autoComplete="off"
        onInput={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}
