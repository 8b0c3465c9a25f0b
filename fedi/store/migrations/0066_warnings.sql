-- What moderators decided about somebody is told to her once.
ALTER TABLE notifications ADD COLUMN strike_id $id;
DROP INDEX notifications_once;
CREATE UNIQUE INDEX notifications_once ON notifications (
    account_id, kind, actor_id, coalesce(post_id, 0), coalesce(report_id, 0), coalesce(strike_id, 0)
);
