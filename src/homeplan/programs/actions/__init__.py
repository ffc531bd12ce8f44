"""Changes of programs: one module per noun, one function per use case, each `(ctx, patient_id, …)`."""
