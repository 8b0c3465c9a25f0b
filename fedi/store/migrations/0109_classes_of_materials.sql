-- Whatever is deleted or edited takes its classes along, and most of it has none.
CREATE INDEX material_classes_post ON material_classes (post_id);
