-- The alert card says how each notice about an alert ended: its notices are found by their topic.

CREATE INDEX deliveries_to_staff_about ON deliveries (clinic_id, topic, planned_at) WHERE recipient_kind = 'staff';
